// Each instrument has two processors to itself: data flows beside each other would only wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
