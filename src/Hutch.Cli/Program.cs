using Hutch.Cli;

return await HutchCommand.Create().Parse(args).InvokeAsync().ConfigureAwait(false);
