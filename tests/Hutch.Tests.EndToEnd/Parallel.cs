// Two tests at a time: most of them wait for detectors that send at a fixed rate.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
