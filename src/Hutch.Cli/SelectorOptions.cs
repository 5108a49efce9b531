using System.CommandLine;
using System.CommandLine.Parsing;
using Hutch.Beamline.Control;
using Hutch.Services;

namespace Hutch.Cli;

/// <summary>The options that choose services of a running beamline, and what goes with every command to one.</summary>
internal sealed class SelectorOptions
{
    private readonly Argument<string[]> _names = new("NAME") { Description = "Names of services. Default: all.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string[]> _tags = new("--tag", "-t") { Description = "With this tag; if repeated, with all of them.", HelpName = "TAG" };
    private readonly Option<string[]> _exclude = new("--exclude-tag") { Description = "Without this tag; may be repeated.", HelpName = "TAG" };
    private readonly Option<bool> _alive = new("--alive") { Description = "At work." };
    private readonly Option<bool> _notAlive = new("--not-alive") { Description = "Not at work." };
    private readonly Option<bool> _noDependants = new("--no-dependants") { Description = "That no service depends on." };
    private readonly Option<bool> _noAliveDependants = new("--no-alive-dependants") { Description = "That no service at work depends on." };
    private readonly Option<string> _node = new("--node") { Description = "On this node.", HelpName = "NAME" };
    private readonly Option<string> _cluster = new("--cluster") { Description = "In this cluster.", HelpName = "NAME" };
    private readonly Option<ServiceState?> _state = new("--state") { Description = "In this state: created, starting, running, stopping, stopped, failed, killed or abandoned.", HelpName = "STATE" };
    private readonly Option<ServiceContainer?> _container = new("--container") { Description = "In this container: thread, pool or process.", HelpName = "CONTAINER" };
    private readonly Option<int?> _stopPriority = new("--stop-priority") { Description = "With this stop priority.", HelpName = "0..100" };
    private readonly Option<bool> _all = new("--all") { Description = "All services." };

    public Option<string?> Beamline { get; } = new("--beamline", "-b") { Description = "The beamline, if several run.", HelpName = "NAME" };

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON." };

    public void AddTo(Command command, bool withAll)
    {
        _tags.AllowMultipleArgumentsPerToken = false;
        command.Arguments.Add(_names);
        foreach (var option in new Option[] { _tags, _exclude, _alive, _notAlive, _noDependants, _noAliveDependants, _node, _cluster, _state, _container, _stopPriority, Beamline, Json })
            command.Options.Add(option);
        if (!withAll)
            return;
        command.Options.Add(_all);
        command.Validators.Add(result =>
        {
            if (!result.Children.Any(c => c is ArgumentResult { Tokens.Count: > 0 } || (c is OptionResult { Implicit: false } given && given.Option != Beamline && given.Option != Json)))
                result.AddError($"{command.Name} which services? Give their names, --tag TAG, another selection option, or --all");
        });
    }

    public ServiceSelector Read(ParseResult options) => new()
    {
        Names = options.GetValue(_names) ?? [],
        Tags = options.GetValue(_tags) ?? [],
        ExcludeTags = options.GetValue(_exclude) ?? [],
        Alive = options.GetValue(_alive) ? true : options.GetValue(_notAlive) ? false : null,
        NoDependants = options.GetValue(_noDependants),
        NoAliveDependants = options.GetValue(_noAliveDependants),
        Node = options.GetValue(_node),
        Cluster = options.GetValue(_cluster),
        State = options.GetValue(_state),
        Container = options.GetValue(_container),
        StopPriority = options.GetValue(_stopPriority),
    };
}
