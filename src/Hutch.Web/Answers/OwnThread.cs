namespace Hutch.Web.Answers;

/// <summary>Runs what blocks on a thread of its own, so that requests never wait for one of the pool.</summary>
internal static class OwnThread
{
    public static Task<T> RunAsync<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
}
