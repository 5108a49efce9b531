using System.Reflection;
using System.Text.Json;

namespace Hutch.Beamline;

/// <summary>Reads a beamline file and says, with line numbers, everything that is wrong with it.</summary>
public static class BeamlineReader
{
    /// <summary>The published schema (docs/beamline.schema.json).</summary>
    public static JsonElement Schema { get; } = ReadSchema();

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="UserErrorException">The file is not there, or wrong; one line of the message for each thing.</exception>
    public static BeamlineFile Read(string path, IProgramSource programs)
    {
        byte[] text;
        try
        {
            text = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot read the beamline file {path}: {error.Message}", error);
        }
        LocatedJson located;
        try
        {
            located = LocatedJson.Parse(text);
        }
        catch (JsonException error)
        {
            throw new UserErrorException($"{path}:{error.LineNumber + 1}:{error.BytePositionInLine + 1}: this is no JSON: {error.Message.Split(" LineNumber:")[0]}", error);
        }
        var problems = new List<(LocatedJson Where, string What)>();
        new JsonSchema(Schema).Check(located, (where, what) => problems.Add((where, what)));
        Refuse(path, problems);
        var file = JsonSerializer.Deserialize<BeamlineFile>(text.AsSpan(Preamble(text)), BeamlineFile.Json)! with { Folder = Path.GetDirectoryName(Path.GetFullPath(path))! };
        new BeamlineChecks(file, located, programs, (where, what) => problems.Add((where, what))).Run();
        Refuse(path, problems);
        return file;
    }

    private static int Preamble(byte[] text) => text.AsSpan().StartsWith(System.Text.Encoding.UTF8.Preamble) ? 3 : 0;

    private static void Refuse(string path, List<(LocatedJson Where, string What)> problems)
    {
        if (problems.Count > 0)
            throw new UserErrorException(string.Join(Environment.NewLine, problems.Select(p => $"{path}:{p.Where.Line}:{p.Where.Column}: {p.What}")));
    }

    private static JsonElement ReadSchema()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("beamline.schema.json")!;
        return JsonDocument.Parse(stream).RootElement;
    }
}
