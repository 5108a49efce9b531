namespace Hutch.Installation.Windows;

/// <summary>A handle of the service control manager, or of a service; closed when disposed of.</summary>
internal readonly struct ServiceHandle(IAdvapi32 api, nint value) : IDisposable
{
    public nint Value { get; } = value;

    public bool IsOpen => Value != 0;

    public void Dispose()
    {
        if (IsOpen)
            api.Close(Value);
    }
}
