namespace Hutch.Web.Features;

/// <summary>A link to a page.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="Path">Where it leads, beginning with <c>/</c>.</param>
/// <param name="Text">One sentence about the page.</param>
public sealed record PageLink(string Title, string Path, string Text);
