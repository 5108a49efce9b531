using System.CommandLine;
using Hutch.Installation;

namespace Hutch.Cli;

/// <summary>The options of <c>hutch install</c> itself, beside those of the program.</summary>
internal sealed class InstallArguments
{
    private readonly Option<string?> _name = new("--service-name", "--service_name") { Description = "The name of the service: letters, digits, '.', '_' and '-'.", HelpName = "NAME" };
    private readonly Option<bool> _user = new("--user") { Description = "A service of your own, without root: it runs from boot under your account." };
    private readonly Option<string?> _runAs = new("--run-as") { Description = "The user the service runs as. Default: the user who called sudo, else the installing user.", HelpName = "USER[:GROUP]" };
    private readonly Option<string[]> _env = new("--env") { Description = "Also keep this environment variable for the service. Repeatable.", HelpName = "NAME", DefaultValueFactory = _ => [] };
    private readonly Option<RestartChoice> _restart = new("--restart") { Description = "When to restart it: OnFailure, Always, Never.", HelpName = "WHEN" };
    private readonly Option<double?> _watchdog = new("--watchdog") { Description = "Seconds without progress after which it is killed and restarted; 0: never. A method or executable makes progress by writing a line. Default: 30, but 0 for those two.", HelpName = "S" };
    private readonly Option<double> _stopTimeout = new("--stop-timeout") { Description = "Seconds it may take to stop before it is killed.", DefaultValueFactory = _ => 30, HelpName = "S" };
    private readonly Option<SandboxLevel> _sandbox = new("--sandbox") { Description = "How much of the machine it may touch: Off, Standard, Strict.", DefaultValueFactory = _ => SandboxLevel.Standard, HelpName = "LEVEL" };
    private readonly Option<string?> _memory = new("--memory") { Description = "The memory limit, e.g. 2G.", HelpName = "SIZE" };
    private readonly Option<string?> _cpuQuota = new("--cpu-quota") { Description = "The limit of processor time, e.g. 150% for one and a half processors.", HelpName = "PERCENT" };
    private readonly Option<string?> _cpus = new("--cpus") { Description = "The processors to run on, e.g. 0-3,8.", HelpName = "LIST" };
    private readonly Option<string?> _every = new("--every") { Description = "Run it periodically, with this time between two runs, e.g. 5min.", HelpName = "TIME" };
    private readonly Option<string?> _calendar = new("--calendar") { Description = "Run it at these times, e.g. 'Mon..Fri 06:00'.", HelpName = "TIMES" };
    private readonly Option<bool> _split = new("--split") { Description = "Install each service of a beamline file as a separate unit." };
    private readonly Option<string?> _description = new("--description") { Description = "One line about the service.", HelpName = "TEXT" };
    private readonly Option<bool> _delayed = new("--delayed-start") { Description = "Windows: start some time after boot." };

    public InstallArguments() => All = [_name, _user, _runAs, _env, _restart, _watchdog, _stopTimeout, _sandbox, _memory, _cpuQuota, _cpus, _every, _calendar, _split, _description, _delayed];

    public IReadOnlyList<Option> All { get; }

    /// <summary>Adds them to a command; a program that has a service name of its own shares it.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in All.Where(o => !ReferenceEquals(o, _name) || !HasServiceName(command)))
        {
            if (command.Options.Any(o => o.Name == option.Name))
                throw new InvalidOperationException($"{command.Name} has an option {option.Name} that hutch install also has: rename it");
            command.Options.Add(option);
        }
    }

    public static bool HasServiceName(Command command) => command.Options.Any(o => o.Name == "--service-name");

    public InstallOptions Read(ParseResult given)
    {
        var options = new InstallOptions
        {
            Name = given.GetValue<string?>("--service-name") ?? "",
            UserUnit = given.GetValue(_user),
            RunAs = given.GetValue(_runAs),
            Variables = given.GetValue(_env)!,
            Restart = given.GetValue(_restart),
            Watchdog = given.GetValue(_watchdog),
            StopTimeout = given.GetValue(_stopTimeout),
            Sandbox = given.GetValue(_sandbox),
            MemoryLimit = given.GetValue(_memory),
            CpuQuota = given.GetValue(_cpuQuota),
            Cpus = given.GetValue(_cpus),
            Every = given.GetValue(_every),
            Calendar = given.GetValue(_calendar),
            Split = given.GetValue(_split),
            Description = given.GetValue(_description),
            DelayedStart = given.GetValue(_delayed),
        };
        if (options.Watchdog is < 0 or (> 0 and < 1) || options.StopTimeout < 0)
            throw new UsageErrorException("--watchdog is 0 or at least 1 second, --stop-timeout at least 0");
        if (options is { UserUnit: true, RunAs: not null })
            throw new UsageErrorException("a service of your own (--user) runs as you; leave out --run-as");
        return options;
    }
}
