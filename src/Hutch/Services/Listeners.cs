namespace Hutch.Services;

/// <summary>Calls other people's event handlers.</summary>
internal static class Listeners
{
    /// <summary>Calls each handler; one that throws is reported and keeps none of the others from being called.</summary>
    public static void Raise<T>(EventHandler<T>? listeners, object sender, T change, Action<Exception> failed)
    {
        foreach (var listener in Delegate.EnumerateInvocationList(listeners))
            Guard(() => listener(sender, change), failed);
    }

    /// <inheritdoc cref="Raise{T}(EventHandler{T}?, object, T, Action{Exception})"/>
    public static void Raise<T>(Action<T>? listeners, T value, Action<Exception> failed)
    {
        foreach (var listener in Delegate.EnumerateInvocationList(listeners))
            Guard(() => listener(value), failed);
    }

    private static void Guard(Action call, Action<Exception> failed)
    {
        try
        {
            call();
        }
        catch (Exception error)
        {
            failed(error);
        }
    }
}
