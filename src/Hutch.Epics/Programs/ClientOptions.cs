using System.CommandLine;
using Hutch.Epics.ChannelAccess;

namespace Hutch.Epics.Programs;

/// <summary>The option that says where PVs are searched.</summary>
internal sealed class ClientOptions
{
    // Spreads the monitors of thousands of PVs that one server brings back; a second is little beside libca's ten before it searches again.
    private static readonly TimeSpan Jitter = TimeSpan.FromSeconds(1);

    public Option<string?> AddressList { get; } = new("--ca-addr-list")
    {
        Description = "Where to search for PVs: addresses with or without a port, separated by spaces. Default: from EPICS_CA_ADDR_LIST and related variables.",
        HelpName = "ADDRESSES",
    };

    public CaClientOptions Read(ParseResult options) => new() { AddressList = options.GetValue(AddressList), ReconnectJitter = Jitter };
}
