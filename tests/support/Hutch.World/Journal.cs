using Hutch.Services;

namespace Hutch.World;

/// <summary>Writes what happens, line by line, so that it survives whatever ends the process.</summary>
internal sealed class Journal(string path) : IDisposable
{
    private readonly StreamWriter _file = new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read)) { AutoFlush = true };

    public void Write(string line)
    {
        lock (_file)
            _file.WriteLine(line);
    }

    public void Follow(Service service) => service.StateChanged += (_, change) => Write($"state {change.Sequence} {service.ServiceName} {change.To}");

    public void Dispose() => _file.Dispose();
}
