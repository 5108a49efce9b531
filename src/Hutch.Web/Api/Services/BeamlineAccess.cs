using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Beamline.Control;
using Hutch.Web.Answers;

namespace Hutch.Web.Api.Services;

/// <summary>Asks a running beamline, over its control socket.</summary>
internal static class BeamlineAccess
{
    /// <summary>Sends a command and waits for its end.</summary>
    /// <exception cref="UnavailableException">No beamline runs here.</exception>
    /// <exception cref="UserErrorException">The command failed; the message says what is waited for.</exception>
    public static Task<IReadOnlyList<ServiceStatus>> SendAsync(string? beamline, ControlRequest request) => OwnThread.RunAsync<IReadOnlyList<ServiceStatus>>(() =>
    {
        using var client = Connect(beamline);
        return [.. client.Send(request).SelectMany(r => r.Services ?? [])];
    });

    /// <summary>The services; none if no beamline runs.</summary>
    public static async Task<IReadOnlyList<ServiceStatus>> ServicesIfAnyAsync(string? beamline)
    {
        try
        {
            return await SendAsync(beamline, new ControlRequest { Command = "services" }).ConfigureAwait(false);
        }
        catch (UnavailableException)
        {
            return [];
        }
    }

    /// <exception cref="UnavailableException">No beamline runs here.</exception>
    public static ControlClient Connect(string? beamline)
    {
        try
        {
            return ControlClient.Connect(beamline);
        }
        catch (UserErrorException error)
        {
            throw new UnavailableException(error.Message);
        }
    }

    /// <summary>A service as <c>hutch services --json</c> shows it.</summary>
    public static JsonNode Shape(ServiceStatus service) => JsonSerializer.SerializeToNode([service], ControlProtocol.Default.ListServiceStatus)!.AsArray()[0]!.DeepClone();
}
