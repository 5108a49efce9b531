"""Of mantid.kernel: DateAndTime, in nanoseconds (Mantid's own counts from 1990; nothing here depends on it)."""


class DateAndTime:
    def __init__(self, nanoseconds):
        self.nanoseconds = nanoseconds

    def __str__(self):
        import datetime
        whole = datetime.datetime.fromtimestamp(self.nanoseconds // 10**9, datetime.timezone.utc)
        return f'{whole:%Y-%m-%dT%H:%M:%S}.{self.nanoseconds % 10**9:09d}'
