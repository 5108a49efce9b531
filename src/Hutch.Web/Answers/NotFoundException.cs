namespace Hutch.Web.Answers;

/// <summary>What was asked for is not there.</summary>
internal sealed class NotFoundException(string message) : UserErrorException(message);
