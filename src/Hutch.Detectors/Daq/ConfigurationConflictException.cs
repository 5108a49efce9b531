namespace Hutch.Detectors.Daq;

/// <summary>The configuration to change is no longer the current one.</summary>
public sealed class ConfigurationConflictException : UserErrorException
{
    /// <summary>Makes the error.</summary>
    public ConfigurationConflictException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error, keeping its cause.</summary>
    public ConfigurationConflictException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes an error with the default message.</summary>
    public ConfigurationConflictException()
    {
    }
}
