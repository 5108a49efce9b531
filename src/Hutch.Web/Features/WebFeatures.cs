namespace Hutch.Web.Features;

/// <summary>The parts of the web server, one line each.</summary>
public static class WebFeatures
{
    /// <summary>Makes them.</summary>
    public static IReadOnlyList<IWebFeature> Create() =>
    [
        new Start.StartFeature(),
        new Deployed.DeployedFeature(),
        new Legacy.LegacyFeature(),
        new Api.ApiFeature(),
        new Description.DescriptionFeature(),
        new Reduction.ReductionFeature(),
    ];
}
