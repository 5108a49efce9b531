using Hutch.Reduction.Workers;

// The worker that runs C# scripts; started by the live reduction, which speaks with it over descriptor 3.
return CSharpWorker.Run();
