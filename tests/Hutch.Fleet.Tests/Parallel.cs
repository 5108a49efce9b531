// Most of the time a host or a broker is waited for.
[assembly: Xunit.v3.Parallelization(MaxThreads = 3)]
