namespace Hutch.Bus.Calls;

/// <summary>The result of a call whose result is of no interest: it is not read.</summary>
internal readonly struct Nothing;
