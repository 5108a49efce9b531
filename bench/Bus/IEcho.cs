namespace Hutch.Bench.Bus;

/// <summary>Something that can be asked and answers.</summary>
public interface IEcho : IAsyncDisposable
{
    Task AskAsync(int number);
}
