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
        var variables = new EntryVariables(file, entry, name, instance);
        var service = entry.Container == ContainerEntry.Thread ? InThread(name, instance, log, variables) : InProcess(name, instance, log, variables);
        service.Configure(scope, entry.Tags, entry.StopPriority, TimeSpan.FromSeconds(entry.StopTimeout));
        return service;
    }

    private Service InThread(string name, int instance, ServiceLog log, EntryVariables variables)
    {
        var loggers = new OneLoggerFactory(log);
        if (entry.Program is { } program)
            return new ProgramService(name, () => programs.Create(program, [.. Located(program, variables.Expand(ProgramArguments.Of(entry.Options, instance), "options"))], loggers), log);
        var type = ServiceActivator.FindType(entry.Type!, AssemblyFile(variables));
        return ServiceActivator.Create(type, name, ProgramArguments.Fill(entry.Configuration, instance), loggers);
    }

    private ProcessService InProcess(string name, int instance, ServiceLog log, EntryVariables variables)
    {
        ProcessService service;
        if (entry.Type is { } type)
        {
            service = ProcessService.Hosting(name, type, AssemblyFile(variables), ProgramArguments.Fill(entry.Configuration, instance), log, variables.Environment);
        }
        else
        {
            // A program of ours puts in the values itself: its command line, which everybody can list, has only their names.
            var line = entry.Program is { } program
                ? programs.CommandLine(program, ProgramArguments.Of(entry.Options, instance))
                : variables.Expand(entry.Command!, "command");
            service = new ProcessService(name, new ProcessCommand(line[0], [.. line.Skip(1)])
            {
                Environment = variables.Environment,
                WorkingDirectory = Path.GetFullPath(variables.Expand(entry.WorkingDirectory ?? "", "working_directory"), file.Folder),
                IsHutchProgram = entry.Program is not null,
            }, log);
        }
        service.StartTimeout = TimeSpan.FromSeconds(entry.StartTimeout);
        return service;
    }

    // A thread starts where this process did, not in the file's folder: paths are given to it in full.
    private IEnumerable<string> Located(string program, IReadOnlyList<string> arguments)
    {
        var isPath = false;
        foreach (var argument in arguments)
        {
            yield return isPath && argument.Length > 0 ? Path.GetFullPath(argument, file.Folder) : argument;
            isPath = !isPath && programs.TakesPath(program, argument);
        }
    }

    private string? AssemblyFile(EntryVariables variables) => entry.Assembly is null ? null : Path.GetFullPath(variables.Expand(entry.Assembly, "assembly"), file.Folder);
}
