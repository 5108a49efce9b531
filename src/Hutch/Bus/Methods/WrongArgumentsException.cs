namespace Hutch.Bus.Methods;

/// <summary>The arguments of a call do not fit the method.</summary>
internal sealed class WrongArgumentsException(string message) : Exception(message);
