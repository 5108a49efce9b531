// libca reads the address list of a context when its first channel is made, from the environment that all contexts of the process share.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
