using System.Globalization;
using Hutch.Services;
using Hutch.Services.Processes;
using Hutch.Services.Scopes;
using Hutch.World;

// Builds clusters, nodes and services in both containers with random dependencies, starts them, and ends in the way asked for:
//   Hutch.World SEED dispose|exit|throw|wait JOURNAL
// "dispose" ends a random scope and then the process; "wait" waits for whatever the test does to it.
var random = new Random(int.Parse(args[0], CultureInfo.InvariantCulture));
var journal = new Journal(args[2]);
var scopes = new List<Scope> { Session.Default };
for (var c = 0; c < 3; c++)
{
    var cluster = new Cluster($"c{c}");
    scopes.Add(cluster);
    for (var n = 0; n < 3; n++)
        scopes.Add(new Node($"c{c}n{n}", cluster));
}

var services = new List<Service>();
for (var i = 0; i < 200; i++)
{
    var name = $"s{i}";
    var scope = scopes[random.Next(scopes.Count)];
    var priority = random.Next(0, 4) * 25;
    Service service = random.Next(100) switch
    {
        < 1 => ProcessService.Hosting<Worker>(name, new { stop_priority = priority }),
        < 20 => new ProcessService(name, new ProcessCommand("sleep", "100000")) { StopPriority = priority },
        < 60 => new Worker(name) { StopPriority = priority },
        _ => new Worker(name) { StopPriority = priority, Container = ServiceContainer.Pool },
    };
    scope.Add(service);
    var needs = Enumerable.Range(0, random.Next(3)).Where(_ => i > 0).Select(_ => services[random.Next(services.Count)]).Distinct().ToList();
    if (service is Worker worker)
        worker.Needs.AddRange(needs);
    else
        service.DependsOn(needs);
    journal.Write($"service {name} {Path(scope)} {service.StopPriority} {string.Join(',', needs.Select(d => d.ServiceName))}");
    services.Add(service);
}
foreach (var service in services)
{
    journal.Follow(service);
    service.Start();
    if (service is ProcessService process)
        journal.Write($"pid {service.ServiceName} {process.ProcessId}");
}
journal.Write("ready");

switch (args[1])
{
    case "dispose":
        var chosen = scopes[random.Next(scopes.Count)];
        journal.Write($"ending {Path(chosen)}");
        var left = chosen.End();
        journal.Write($"ended {left.Count} abandoned, {chosen.Services.Count} registered");
        Console.In.ReadToEnd();
        return 0;
    case "exit":
        return 0;
    case "throw":
        new Thread(() => throw new InvalidOperationException("nobody catches this")).Start();
        break;
}
Thread.Sleep(Timeout.Infinite);
return 1;

static string Path(Scope scope) => scope.Parent is { } parent ? $"{Path(parent)}/{scope.Name}" : scope.Name;
