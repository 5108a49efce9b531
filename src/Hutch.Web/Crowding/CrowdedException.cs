namespace Hutch.Web.Crowding;

/// <summary>A client holds as much as it may.</summary>
internal sealed class CrowdedException(string message) : UserErrorException(message);
