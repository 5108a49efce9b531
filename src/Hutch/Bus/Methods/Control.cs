using Hutch.Bus.Transports;

namespace Hutch.Bus.Methods;

/// <summary>
/// Beside the calls, which any one process of a service takes, some messages are for all of them: who are you, this call
/// is cancelled, are you still there. They go through a fanout exchange of which nothing stays behind.
/// </summary>
internal static class Control
{
    public const string Exchange = "hutch.control";
    public const string Cancel = "cancel";
    public const string Probe = "probe";

    public static ExchangeDeclaration Declaration { get; } = new(Exchange, ExchangeType.Fanout, Durable: false, AutoDelete: true);
}
