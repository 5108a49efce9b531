namespace Hutch.Reduction.Scripts;

/// <summary>A module that a script imports from its own folder.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Md5">MD5 of its bytes, in hexadecimal.</param>
public sealed record ModuleFile(string Path, string Md5);
