using System.Text.Json;
using Hutch.Beamline.Control;

namespace Hutch.LiveResults;

/// <summary>
/// Where a live reduction leaves its status (<c>status.json</c>) and its last result (<c>result.bin</c>) for programs that show them: a
/// folder an instrument, readable by anyone who may enter it, without a broker between. Files are replaced as a whole.
/// </summary>
/// <param name="path">The folder of one instrument.</param>
public sealed class ResultFolder(string path)
{
    private const string Name = "livereduce";
    private const string System = "/run/livereduce";

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    private string StatusPath => global::System.IO.Path.Combine(Path, "status.json");

    private string ResultPath => global::System.IO.Path.Combine(Path, "result.bin");

    /// <summary>
    /// The folders that hold one folder an instrument, the one to write into first: below $HUTCH_RUNTIME_DIR if that is set; otherwise
    /// $RUNTIME_DIRECTORY of systemd, /run/livereduce, and the user's own runtime folder.
    /// </summary>
    public static IReadOnlyList<string> Roots()
    {
        var own = global::System.IO.Path.Combine(RuntimeFolder.Path, Name);
        if (Environment.GetEnvironmentVariable(RuntimeFolder.Variable) is { Length: > 0 })
            return [own];
        return Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY") is { Length: > 0 } given
            ? [given.Split(':')[0], System, own]
            : [System, own];
    }

    /// <summary>Makes the folder of an instrument below the first root that may be written.</summary>
    /// <exception cref="UserErrorException">None may be written.</exception>
    public static ResultFolder Create(string instrument)
    {
        Exception? refused = null;
        foreach (var root in Roots())
        {
            try
            {
                if (root.StartsWith(RuntimeFolder.Path, StringComparison.Ordinal))
                    RuntimeFolder.Ensure();
                var folder = Directory.CreateDirectory(global::System.IO.Path.Combine(root, instrument)).FullName;
                var probe = global::System.IO.Path.Combine(folder, $".probe-{Environment.ProcessId}");
                File.WriteAllText(probe, "");
                File.Delete(probe);
                return new ResultFolder(folder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                refused = error;
            }
        }
        throw new UserErrorException($"results cannot be written to any of {string.Join(", ", Roots())}: {refused!.Message}; set {RuntimeFolder.Variable} to a folder of your own", refused);
    }

    /// <summary>The instruments that have a status, each once, from all roots.</summary>
    public static IReadOnlyList<ResultFolder> All() =>
    [
        .. Roots().Where(Directory.Exists).SelectMany(Directory.GetDirectories).Select(f => new ResultFolder(f))
            .Where(f => File.Exists(f.StatusPath)).OrderByDescending(f => File.GetLastWriteTimeUtc(f.StatusPath))
            .DistinctBy(f => f.Instrument).OrderBy(f => f.Instrument, StringComparer.Ordinal),
    ];

    /// <summary>The instrument: the folder's name.</summary>
    public string Instrument => global::System.IO.Path.GetFileName(Path);

    /// <summary>Replaces the status.</summary>
    public void WriteStatus(ReductionStatus status) => Replace(StatusPath, JsonSerializer.SerializeToUtf8Bytes(status, ResultJson.Options));

    /// <summary>Replaces a file beside the status.</summary>
    public void WriteText(string name, string text) => Replace(global::System.IO.Path.Combine(Path, name), global::System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>The status; null if there is none.</summary>
    public ReductionStatus? ReadStatus()
    {
        try
        {
            return JsonSerializer.Deserialize<ReductionStatus>(File.ReadAllBytes(StatusPath), ResultJson.Options);
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Replaces the result.</summary>
    public void WriteResult(ResultSet result) => ResultFile.Write(ResultPath, result);

    /// <summary>The last result; null if there is none.</summary>
    public ResultSet? ReadResult() => ResultFile.TryRead(ResultPath);

    private static void Replace(string path, byte[] bytes)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }
}
