namespace Hutch.Web.Features;

/// <summary>The parts of the web server, one line each, in the order of the navigation.</summary>
public static class WebFeatures
{
    /// <summary>Makes them.</summary>
    public static IReadOnlyList<IWebFeature> Create() =>
    [
        new Console.ConsoleFeature(),
        new Reduction.ReductionFeature(),
        new Deployed.DeployedFeature(),
        new Legacy.LegacyFeature(),
        new Api.ApiFeature(),
        new Description.DescriptionFeature(),
        new Login.LoginFeature(),
        new Metrics.MetricsFeature(),
    ];
}
