namespace Hutch.Cli;

/// <summary>Runs a command that talks to a beamline, and tells its errors.</summary>
internal static class BeamlineCalls
{
    public static int Run(string command, Func<int> action)
    {
        try
        {
            return action();
        }
        catch (UserErrorException error)
        {
            return UserErrors.Report(command, error);
        }
    }
}
