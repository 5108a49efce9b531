using Hutch.Acquisitions;
using System.Text.Json;
using Hutch.Detectors.Daq;
using Hutch.Store;
using Hutch.Web.Answers;
using Hutch.Web.Description;
using Hutch.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Hutch.Web.Deployed;

/// <summary><c>/daq</c>: configuration, statistics, logs, deployment.</summary>
internal sealed class DaqEndpoints(Instrument instrument, ILogger<DaqEndpoints> logger)
{
    private static readonly string[] Texts = ["detector_name", "detector_type"];
    private static readonly string[] Objects = ["module_positions", "submodule_info"];

    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/daq").WithTags("Detector (deployed)");
        group.Get("/config", (HttpContext c) => Envelope.RunAsync(c, logger, GetConfigAsync)).WithSummary("The configuration and its id.").Answers<ConfigAnswer>();
        group.Post("/config", (HttpContext c) => Envelope.RunAsync(c, logger, () => SetConfigAsync(c))).WithSummary("Change the configuration; members left out keep their values.").Takes<ConfigBody>().Answers<ConfigAnswer>();
        group.Get("/stats", (HttpContext c) => Envelope.RunAsync(c, logger, GetStatisticsAsync)).WithSummary("Images and bytes per second.").Answers<StatisticsAnswer>();
        group.Get("/logs/{n_logs}", (HttpContext c, string n_logs) => Envelope.RunAsync(c, logger, () => GetLogsAsync(n_logs))).WithSummary("The newest acquisitions, by id.").Answers<LogsAnswer>();
        group.Get("/deployment", (HttpContext c) => Envelope.RunAsync(c, logger, GetDeploymentAsync)).WithSummary("Which servers have the configuration.").Answers<DeploymentAnswer>();
    }

    private async Task<IResult> GetConfigAsync() => await instrument.Daq.Configurations.PresentAsync().ConfigureAwait(false) is { } present
        ? Envelope.Ok($"DAQ configured for bit_depth={present.Json["bit_depth"]}.", ("config", present.Json), ("config_id", present.Id.ToString()))
        : Envelope.Ok("No config set yet.", ("config", null), ("config_id", null));

    private async Task<IResult> SetConfigAsync(HttpContext context)
    {
        var body = await RequestReader.OfAsync(context.Request).ConfigureAwait(false);
        var changes = body.Checked(ConfigurationMerge.Numbers, Texts, Objects);
        var stored = await instrument.Daq.Configurations.ChangeAsync(changes, Doorkeeper.CallerOf(context).Name).ConfigureAwait(false);
        return Envelope.Ok("Setting new daq config.", ("config", stored.Json.DeepClone()), ("config_id", null));
    }

    private async Task<IResult> GetStatisticsAsync()
    {
        var newest = await instrument.Store.NewestAsync(DaqKeys.Statistics).ConfigureAwait(false);
        return Envelope.Ok("DAQ statistics", ("stats", newest is [var entry] ? AcquisitionLog.ReadObject(entry) : null));
    }

    private async Task<IResult> GetLogsAsync(string count)
    {
        var number = RequestReader.PathNumber("n_logs", count);
        if (number < 0)
            throw new UserErrorException($"n_logs is {count}, but must be at least 0");
        var logs = await AcquisitionLog.NewestAsync(instrument.Store, (long)System.Numerics.BigInteger.Min(number, int.MaxValue)).ConfigureAwait(false);
        return Envelope.Ok("DAQ logs", ("logs", logs));
    }

    private async Task<IResult> GetDeploymentAsync() =>
        Envelope.Ok("Deployment status", ("deployment", JsonSerializer.SerializeToNode(await DeploymentStatus.ReadAsync(instrument.Store).ConfigureAwait(false))));
}
