using System.Text.Json.Nodes;
using Hutch.Web.Features;

namespace Hutch.Web.Console;

/// <summary>
/// A page of the console: a folder with this, and a script of the page's name that draws it. The script is given what the page knows
/// when it is sent, and follows the events of the server from then on.
/// </summary>
/// <param name="Title">What it is called in the navigation.</param>
/// <param name="Path">Where it is, beginning with <c>/</c>, on one level.</param>
/// <param name="Text">One sentence about it.</param>
internal abstract record ConsolePage(string Title, string Path, string Text)
{
    public PageLink Link => new(Title, Path, Text);

    /// <summary>The script, without its ending.</summary>
    public string Name => Path == "/" ? "overview" : Path[1..];

    /// <summary>Style sheets of its own.</summary>
    public virtual IReadOnlyList<string> Styles => [];

    /// <summary>What of the content security policy differs.</summary>
    public virtual string ScriptSources => "'self'";

    /// <summary>What its script begins with.</summary>
    public virtual Task<JsonNode?> InitialAsync(Instrument instrument, CancellationToken cancel) => Task.FromResult<JsonNode?>(null);
}
