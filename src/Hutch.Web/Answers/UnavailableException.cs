namespace Hutch.Web.Answers;

/// <summary>What is needed to answer is not there, or was not configured.</summary>
internal sealed class UnavailableException(string message) : UserErrorException(message);
