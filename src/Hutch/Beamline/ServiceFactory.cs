using System.Text.Json;
using Hutch.Services;
using Hutch.Services.Processes;
using Hutch.Services.Scopes;
using Hutch.Supervision;

namespace Hutch.Beamline;

/// <summary>Makes the services of one entry of a beamline file.</summary>
internal sealed class ServiceFactory(BeamlineFile file, ServiceEntry entry, IProgramSource programs, Scope scope)
{
    public Service Create(string name, int instance, ServiceLog log)
    {
        var service = entry.Container == ContainerEntry.Thread ? InThread(name, instance, log) : InProcess(name, instance, log);
        service.Configure(scope, entry.Tags, entry.StopPriority, TimeSpan.FromSeconds(entry.StopTimeout));
        return service;
    }

    private Service InThread(string name, int instance, ServiceLog log)
    {
        var loggers = new OneLoggerFactory(log);
        if (entry.Program is { } program)
            return new ProgramService(name, () => programs.Create(program, ProgramArguments.Of(entry.Options, instance), loggers), log);
        var type = ServiceActivator.FindType(entry.Type!, AssemblyFile);
        return ServiceActivator.Create(type, name, ProgramArguments.Fill(entry.Configuration, instance), loggers);
    }

    private ProcessService InProcess(string name, int instance, ServiceLog log)
    {
        var environment = file.Environment.Concat(entry.Environment)
            .GroupBy(v => v.Key).ToDictionary(g => g.Key, g => ProgramArguments.Fill(g.Last().Value, instance));
        environment.TryAdd("SERVICE_NAME", name);
        ProcessService service;
        if (entry.Type is { } type)
        {
            service = ProcessService.Hosting(name, type, AssemblyFile, ProgramArguments.Fill(entry.Configuration, instance), log, environment);
        }
        else
        {
            var line = entry.Program is { } program
                ? programs.CommandLine(program, ProgramArguments.Of(entry.Options, instance))
                : [.. entry.Command!.Select(part => ProgramArguments.Fill(part, instance))];
            service = new ProcessService(name, new ProcessCommand(line[0], [.. line.Skip(1)])
            {
                Environment = environment,
                WorkingDirectory = Path.GetFullPath(entry.WorkingDirectory ?? "", file.Folder),
                IsHutchProgram = entry.Program is not null,
            }, log);
        }
        service.StartTimeout = TimeSpan.FromSeconds(entry.StartTimeout);
        return service;
    }

    private string? AssemblyFile => entry.Assembly is null ? null : Path.GetFullPath(entry.Assembly, file.Folder);
}
