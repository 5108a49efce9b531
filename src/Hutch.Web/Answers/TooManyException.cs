namespace Hutch.Web.Answers;

/// <summary>The client has as many of something as one may have.</summary>
internal sealed class TooManyException(string message) : UserErrorException(message);
