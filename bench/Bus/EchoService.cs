namespace Hutch.Bench.Bus;

public sealed class EchoService
{
    public int OnEcho(int number) => number;
}
