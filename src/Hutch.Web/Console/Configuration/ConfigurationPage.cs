namespace Hutch.Web.Console.Configuration;

/// <summary>The configuration of the detector.</summary>
internal sealed record ConfigurationPage() : ConsolePage("Configuration", "/configuration", "Change it, see who changed what, and go back.");
