using System.ComponentModel;
using Hutch.Detectors.Diagnosis;
using Hutch.Web.Answers;
using Hutch.Web.Description;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hutch.Web.Api.Host;

/// <summary>Whether this host is fit for the data flow, as <c>hutch doctor</c> sees it.</summary>
internal sealed class HostEndpoints(Instrument instrument)
{
    public void Map(IEndpointRouteBuilder app) => app.Get("/host", CheckAsync).WithTags("Services")
        .WithSummary("Whether this host is set up for the data flow, and what to change.").Answers<IReadOnlyList<HostFinding>>();

    private Task<List<HostFinding>> CheckAsync() => OwnThread.RunAsync(() =>
    {
        var needs = HostNeeds.Of(instrument.Daq.Configuration, requestedImageSlots: instrument.Settings.ImageSlots);
        return HostDiagnosis.Run(needs).Select(c => new HostFinding(c.Name, c.Verdict.ToString().ToLowerInvariant(), c.Now, c.Wanted, c.Command, c.Why)).ToList();
    });
}

[Description("One check of this host.")]
[Example("""{"name": "net.core.rmem_max", "verdict": "change", "now": "212992", "wanted": "at least 67108864", "command": "sysctl -w net.core.rmem_max=67108864", "why": "the kernel drops packets"}""")]
internal sealed record HostFinding(
    [property: Description("What.")] string Name,
    [property: Description("well, advice or change.")] string Verdict,
    [property: Description("The current value.")] string Now,
    [property: Description("The wanted value.")] string Wanted,
    [property: Description("The command that changes it; null if nothing needs changing.")] string? Command,
    [property: Description("What goes wrong otherwise.")] string Why);
