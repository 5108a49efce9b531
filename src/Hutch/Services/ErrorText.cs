namespace Hutch.Services;

/// <summary>Reads messages of exceptions that other people wrote.</summary>
internal static class ErrorText
{
    /// <summary>The message, also of an exception whose own <see cref="Exception.Message"/> throws.</summary>
    public static string Of(Exception error)
    {
        try
        {
            return error.Message;
        }
        catch (Exception inMessage)
        {
            return $"{error.GetType()} (reading its message failed with {inMessage.GetType()})";
        }
    }
}
