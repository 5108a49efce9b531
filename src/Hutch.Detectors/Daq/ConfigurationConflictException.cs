namespace Hutch.Detectors.Daq;

/// <summary>The configuration that was to be changed is no longer the present one.</summary>
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

    /// <summary>Makes an error without a message of its own.</summary>
    public ConfigurationConflictException()
    {
    }
}
