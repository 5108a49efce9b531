namespace Hutch.Cli;

/// <summary>A line on a terminal that says how far something is, renewed every second; nothing where standard error is no terminal.</summary>
internal sealed class ProgressLine : IDisposable
{
    private readonly Timer? _timer;
    private readonly Lock _gate = new();
    private bool _ended;

    public ProgressLine(Func<string> text)
    {
        if (!Console.IsErrorRedirected)
            _timer = new Timer(_ => Show(text()), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public void Dispose()
    {
        _timer?.Dispose();
        lock (_gate)
        {
            if (!_ended && _timer is not null)
                Console.Error.Write("\r\e[K");
            _ended = true;
        }
    }

    private void Show(string text)
    {
        lock (_gate)
        {
            if (!_ended)
                Console.Error.Write($"\r\e[K{text}");
        }
    }
}
