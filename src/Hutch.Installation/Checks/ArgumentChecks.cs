using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Hutch.Hosting;
using Hutch.Hosting.Secrets;

namespace Hutch.Installation.Checks;

/// <summary>
/// What is right at a prompt and wrong in a service: relative paths, since a service starts elsewhere; the standard input, which it has
/// not; secrets, which its command line would show. All mistakes are reported at once.
/// </summary>
public sealed partial class ArgumentChecks(string folder, Func<string, string?> variable)
{
    private readonly List<string> _problems = [];
    private readonly List<string> _paths = [];
    private readonly List<string> _mentioned = [];

    /// <summary>The environment variables that arguments and configuration files mention.</summary>
    public IReadOnlyList<string> Mentioned => [.. _mentioned.Distinct()];

    /// <summary>The absolute paths among the arguments.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>Looks at all values of a program's command line.</summary>
    /// <param name="given">The command line.</param>
    /// <param name="isOurs">The options of <c>hutch install</c> itself, which are not looked at.</param>
    public void Check(ParseResult given, Func<Option, bool> isOurs)
    {
        ArgumentNullException.ThrowIfNull(given);
        foreach (var result in given.CommandResult.Children)
        {
            switch (result)
            {
                case OptionResult { Implicit: false } option when !isOurs(option.Option):
                    foreach (var token in option.Tokens)
                        Look(option.Option.Name, token.Value, IsPath(option.Option.ValueType, option.Option.HelpName, option.Option.Name));
                    break;
                case ArgumentResult { Implicit: false } argument:
                    foreach (var token in argument.Tokens)
                        Look(argument.Argument.Name, token.Value, IsPath(argument.Argument.ValueType, argument.Argument.HelpName, argument.Argument.Name));
                    break;
            }
        }
    }

    /// <summary>Looks at arguments that only their receiver understands.</summary>
    public void Check(IEnumerable<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var option = "";
        foreach (var argument in arguments)
        {
            var equals = argument.StartsWith('-') ? argument.IndexOf('=', StringComparison.Ordinal) : -1;
            Look(equals > 0 ? argument[..equals] : option.Length > 0 ? option : "an argument", argument[(equals + 1)..], isPath: false);
            option = argument.StartsWith('-') && equals < 0 ? argument : "";
        }
    }

    /// <summary>Refuses what was found.</summary>
    /// <exception cref="UsageErrorException">Something is wrong; one line for each thing.</exception>
    public void Refuse()
    {
        if (_problems.Count > 0)
            throw new UsageErrorException(string.Join(Environment.NewLine, _problems.Distinct()));
    }

    private void Look(string name, string value, bool isPath)
    {
        _mentioned.AddRange(Variables.MentionedIn(value));
        if (SecretNames.HasPassword(value) || (!isPath && SecretNames.IsOpen(name.TrimStart('-'), value)))
        {
            _problems.Add($"{name} holds a secret, which everyone could read in the service's files; put it in an environment variable and give '$NAME' instead (in single quotes)");
            return;
        }
        var path = Variables.MentionedIn(value).All(v => variable(v) is not null) ? Variables.Expand(value, variable, name) : value;
        if (isPath && path == "-")
            _problems.Add($"{name} is the standard input, which a service does not have; give a file");
        else if (IsRelative(path, isPath, folder))
            _problems.Add($"{name} is the relative path {value}, but a service starts in another folder: give {Path.GetFullPath(path, folder)}");
        else if (Path.IsPathFullyQualified(path))
            LookInto(path);
    }

    private void LookInto(string path)
    {
        _paths.Add(path);
        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || !File.Exists(path))
            return;
        foreach (var (where, text) in ConfigurationTexts.Of(path))
        {
            _mentioned.AddRange(Variables.MentionedIn(text));
            if (IsRelative(text, ConfigurationTexts.NamesPath(where) && text.Contains('/', StringComparison.Ordinal), Path.GetDirectoryName(path)!))
                _problems.Add($"{path}: {where} is the relative path {text}, but a service starts in another folder: give {Path.GetFullPath(text, Path.GetDirectoryName(path)!)}");
        }
    }

    private static bool IsRelative(string value, bool isPath, string folder)
    {
        if (value.Length == 0 || value[0] == '-' || Path.IsPathFullyQualified(value) || Address().IsMatch(value) || value.Contains('$', StringComparison.Ordinal))
            return false;
        if (isPath || value is "." or ".." || value.StartsWith("./", StringComparison.Ordinal) || value.StartsWith("../", StringComparison.Ordinal) || value.StartsWith("~/", StringComparison.Ordinal))
            return true;
        return value.AsSpan().IndexOfAny('/', '.') >= 0 && Path.Exists(Path.Combine(folder, value));
    }

    private static bool IsPath(Type type, string? helpName, string name) =>
        typeof(FileSystemInfo).IsAssignableFrom(type.IsArray ? type.GetElementType() : type) || SecretNames.NamesPath(helpName ?? "") || SecretNames.NamesPath(name);

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]*:")]
    private static partial Regex Address();
}
