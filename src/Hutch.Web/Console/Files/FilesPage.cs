namespace Hutch.Web.Console.Files;

/// <summary>Files of acquisitions, shown by h5web.</summary>
internal sealed record FilesPage() : ConsolePage("Files", "/files", "Look into the files of acquisitions, even while they are being written.")
{
    public override IReadOnlyList<string> Styles => ["h5web.css"];

    /// <summary>h5web compiles its array operations.</summary>
    public override string ScriptSources => "'self' 'unsafe-eval'";
}
