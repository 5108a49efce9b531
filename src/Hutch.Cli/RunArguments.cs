using Hutch.Hosting;

namespace Hutch.Cli;

/// <summary>Puts the values of environment variables into the arguments of <c>hutch run</c>: <c>'$NAME'</c> keeps a secret out of the list of processes.</summary>
internal static class RunArguments
{
    public static string[] Expand(string[] arguments)
    {
        if (arguments is not ["run", ..])
            return arguments;
        try
        {
            return [.. arguments.Select(a => Variables.Expand(a, Environment.GetEnvironmentVariable, $"argument {a}"))];
        }
        catch (UserErrorException error)
        {
#pragma warning disable RS0030 // no service runs yet
            Environment.Exit(UserErrors.Report("hutch run", error));
#pragma warning restore RS0030
            throw;
        }
    }
}
