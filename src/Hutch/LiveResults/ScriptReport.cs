namespace Hutch.LiveResults;

/// <summary>A script in use, or one that is wanted.</summary>
/// <param name="Role"><c>proc</c> or <c>post_proc</c>; <c>module</c> for what these import from their folder.</param>
/// <param name="Path">Where it is, or should be.</param>
/// <param name="Md5">MD5 of its content, in hexadecimal; null if there is none.</param>
/// <param name="State"><c>in use</c>, <c>missing</c>, <c>off</c>, <c>starting</c> or <c>broken</c>.</param>
public sealed record ScriptReport(string Role, string Path, string? Md5, string State);
