using System.Reflection;
using System.Text;
using System.Text.Json;
using Hutch.Beamline.Checks;
using Hutch.Hosting;

namespace Hutch.Beamline;

/// <summary>Reads a beamline file and reports all its errors, with line numbers.</summary>
public static class BeamlineReader
{
    /// <summary>The published schema (docs/beamline.schema.json).</summary>
    public static JsonElement Schema { get; } = ReadSchema();

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="UserErrorException">The file is not there, or wrong; one line of the message for each thing, in the order of the file.</exception>
    public static BeamlineFile Read(string path, IProgramSource programs, BeamlineReading? reading = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(programs);
        byte[] text;
        try
        {
            text = WithoutPreamble(File.ReadAllBytes(path));
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
            var (line, column) = JsonPlace.Of(error, text);
            throw new UserErrorException($"{path}:{line}:{column}: this is not JSON: {JsonPlace.Reason(error)}", error);
        }
        var problems = new List<(LocatedJson Where, string What)>();
        FindProblems(located, Path.GetDirectoryName(Path.GetFullPath(path))!, programs, reading ?? new(), (where, what) => problems.Add((where, what)));
        if (problems.Count > 0)
        {
            var lines = problems.Select(p => (p.Where.Line, p.Where.Column, p.What)).Distinct().OrderBy(p => p.Line).ThenBy(p => p.Column);
            throw new UserErrorException(string.Join(Environment.NewLine, lines.Select(p => $"{path}:{p.Line}:{p.Column}: {p.What}")));
        }
        return JsonSerializer.Deserialize<BeamlineFile>(text, BeamlineFile.Json)! with { Path = Path.GetFullPath(path) };
    }

    private static void FindProblems(LocatedJson file, string folder, IProgramSource programs, BeamlineReading reading, Action<LocatedJson, string> report)
    {
        new JsonSchema(Schema).Check(file, report);
        var services = (file["services"]?.Items ?? []).Select((json, i) => new LocatedEntry(json, i)).ToList();
        new NameChecks(file, services, programs, report).Run();
        new CircleCheck(services, report).Run();
        new ValueChecks(file, services, programs, report).Run();
        if (!reading.MayLackVariables)
            new VariableChecks(file, services, report).Run();
        var files = new FileChecks(file, folder, report);
        if (reading.LooksAround)
            files.RunNodes();
        foreach (var service in services)
        {
            // What a service on another host names is there, or is copied there.
            var looks = reading.LooksAround && !service.IsPlacedIn(file) && !StartsAfterJob(service, services, []);
            new ProgramChecks(file, programs, looks ? folder : null, report).Run(service);
            if (looks)
                files.Run(service);
        }
    }

    // What it names may be made by the job that it waits for.
    private static bool StartsAfterJob(LocatedEntry service, List<LocatedEntry> services, HashSet<LocatedEntry> seen) =>
        seen.Add(service) && service.Dependencies.Any(d => d.IsCompletion || services.Exists(s => s.Name == d.Service && StartsAfterJob(s, services, seen)));

    // The mark with which some editors of Windows begin a file.
    private static byte[] WithoutPreamble(byte[] text) => text.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;

    private static JsonElement ReadSchema()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("beamline.schema.json")!;
        return JsonDocument.Parse(stream).RootElement;
    }
}
