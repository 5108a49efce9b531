// More tests at a time than there are processors: most of them wait for detectors that send at a fixed rate.
[assembly: Xunit.v3.Parallelization(MaxThreads = 3)]
