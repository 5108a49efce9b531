using System.Text.Json;
using Hutch.Beamline.Control;

namespace Hutch.Beamline.Placement;

/// <summary>
/// The side of a host: takes the part of a beamline file that is placed here, sees that a supervisor runs it, and passes on commands and replies
/// between that one's control socket and a pair of streams. The supervisor keeps running when the streams end.
/// </summary>
/// <param name="input">Lines from the program that places services here.</param>
/// <param name="output">Lines to it.</param>
/// <param name="start">Starts the supervisor of a beamline file, with these variables added to its environment, in the background; returns when it answers.</param>
public sealed class NodeBridge(TextReader input, TextWriter output, Action<string, IReadOnlyDictionary<string, string>> start)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnerOnly | UnixFileMode.UserExecute;

    private readonly Lock _writing = new();
    private readonly List<ControlClient> _clients = [];
    private bool _ended;

    /// <summary>Works until the input ends.</summary>
    /// <param name="version">The version of Hutch.</param>
    public void Run(string version)
    {
        Write(new NodeGreeting(version).ToLine());
        if (input.ReadLine() is not { } first)
            return;
        string name;
        try
        {
            var part = JsonSerializer.Deserialize(first, NodeProtocol.Default.NodePart)!;
            Begin(part);
            name = part.Name;
            Write(new NodeReply(0, new ControlReply()));
        }
        catch (Exception error) when (error is UserErrorException or IOException or UnauthorizedAccessException or JsonException)
        {
            Write(new NodeReply(0, new ControlReply { Error = error.Message }));
            return;
        }
        while (input.ReadLine() is { } line)
        {
            var request = JsonSerializer.Deserialize(line, NodeProtocol.Default.NodeRequest)!;
            new Thread(() => Pass(name, request)) { IsBackground = true, Name = request.Request.Command }.Start();
        }
        lock (_writing)
        {
            _ended = true;
            _clients.ForEach(c => c.Dispose());
        }
    }

    private void Begin(NodePart part)
    {
        var folder = Path.GetFullPath(part.Folder ?? Path.Combine(".hutch", part.Name), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
        var (file, origin) = (Path.Combine(folder, $"{part.Name}.json"), Path.Combine(folder, $"{part.Name}.origin"));
        using var running = ControlClient.TryConnect(part.Name);
        if (running is not null && (!File.Exists(origin) || File.ReadAllText(origin) != part.Origin))
            throw new UserErrorException($"a beamline called {part.Name} is already running on {Environment.MachineName}, placed by {(File.Exists(origin) ? File.ReadAllText(origin) : "another program")}; stop it there with: hutch down {part.Name}");
        var before = running is not null && File.Exists(file) ? File.ReadAllText(file) : null;
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder, OwnersFolder);
        foreach (var (path, content) in part.Files)
            Put(folder, path, Convert.FromBase64String(content));
        Put(folder, Path.GetFileName(file), System.Text.Encoding.UTF8.GetBytes(part.File));
        Put(folder, Path.GetFileName(origin), System.Text.Encoding.UTF8.GetBytes(part.Origin));
        if (running is null)
            start(file, part.Variables);
        else if (before != part.File)
            _ = running.Send(new ControlRequest { Command = "reload", File = file, Variables = part.Variables }).Last();
    }

    // Whole or not at all, and never readable by others: a part may hold what is nobody else's business.
    private static void Put(string folder, string path, byte[] content)
    {
        var place = Path.GetFullPath(path, folder);
        if (!place.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new UserErrorException($"{path} would be written outside {folder}; only files beside the beamline file can be copied");
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        var fresh = $"{place}.{Environment.ProcessId}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var stream = new FileStream(fresh, options))
            stream.Write(content);
        File.Move(fresh, place, overwrite: true);
    }

    private void Pass(string name, NodeRequest message)
    {
        try
        {
            using var client = ControlClient.TryConnect(name) ?? throw new UserErrorException($"the supervisor of {name} has ended");
            lock (_writing)
                _clients.Add(client);
            foreach (var reply in client.Send(message.Request))
                Write(new NodeReply(message.Id, reply));
            lock (_writing)
                _clients.Remove(client);
        }
        catch (UserErrorException error)
        {
            Write(new NodeReply(message.Id, new ControlReply { Error = error.Message }));
        }
        catch (ObjectDisposedException)
        {
            // Nobody asks any more.
        }
        Write(new NodeReply(message.Id, null));
    }

    private void Write(NodeReply reply) => Write(JsonSerializer.Serialize(reply, NodeProtocol.Default.NodeReply));

    private void Write(string line)
    {
        lock (_writing)
        {
            if (_ended)
                return;
            try
            {
                output.WriteLine(line);
                output.Flush();
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException)
            {
                // Nobody reads any more; the end of the input follows.
            }
        }
    }
}
