namespace Hutch.Bus.Transports.Redis;

/// <summary>Redis refused a command.</summary>
internal sealed class RespException(string message) : Exception($"Redis: {message}");
