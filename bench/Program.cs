using System.Globalization;
using Hutch.Bench;
using Hutch.Bench.Bus;

if (EchoProcess.IsWanted)
    return await EchoProcess.RunAsync();
if (args.Contains("--list"))
{
    foreach (var benchmark in Benchmarks.Create())
        Console.WriteLine($"{benchmark.Name,-32} bar {benchmark.Bar.ToString(CultureInfo.InvariantCulture),-6} {benchmark.Description}");
    return 0;
}
var all = Benchmarks.Create();
var chosen = args.Contains("--all") ? all : all.Where(b => args.Contains(b.Name)).ToList();
if (args.Contains("--packages"))
{
    Console.WriteLine(string.Join(' ', chosen.SelectMany(b => b.Packages).Distinct()));
    return 0;
}
var unknown = args.Where(a => !a.StartsWith("--", StringComparison.Ordinal) && all.All(b => b.Name != a)).ToList();
if (unknown.Count > 0 || chosen.Count == 0)
{
    Console.Error.WriteLine($"no benchmark is called {string.Join(", ", unknown)}; bench/run --list names them");
    return 2;
}
var exitCode = 0;
var lines = new List<string>();
foreach (var benchmark in chosen)
{
    using (benchmark)
    {
        Console.WriteLine($"{benchmark.Name}: {benchmark.Description}");
        benchmark.Prepare();
        for (var i = 0; i < benchmark.WarmUps; i++)
            benchmark.Sample(TextWriter.Null);
        var ratios = Enumerable.Range(0, benchmark.Samples).Select(_ => benchmark.Sample(Console.Out)).Order().ToList();
        var median = ratios[ratios.Count / 2];
        var ok = median >= benchmark.Bar;
        if (!ok)
            exitCode = 1;
        lines.Add(string.Create(CultureInfo.InvariantCulture,
            $"{benchmark.Name} ratio={median:0.00} spread={ratios[0]:0.00}..{ratios[^1]:0.00} bar={benchmark.Bar} {(ok ? "ok" : "short")}"));
        Console.WriteLine(lines[^1]);
    }
}
if (lines.Count > 1)
    lines.ForEach(Console.WriteLine);
return exitCode;
