using System.ComponentModel;
using Hutch.Web.Description;

namespace Hutch.Web.Metrics;

[Description("The health of the server.")]
[Example("""{"status": "ok", "checks": {"daq-JF1": "ok", "store": "ok"}}""")]
internal sealed record HealthAnswer(
    [property: Description("ok or failed.")] string Status,
    [property: Description("The checks: ok, or what is wrong.")] IReadOnlyDictionary<string, string> Checks);
