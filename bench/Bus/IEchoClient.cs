namespace Hutch.Bench.Bus;

/// <summary>The service as its callers see it.</summary>
public interface IEchoClient
{
    Task<int> Echo(int number);
}
