import type { Command } from 'commander';
import type { ContractsManner } from './contracts.ts';

/** Makes `contracts` a command of the program. */
export function describeContracts(
  program: Command,
  action: (file: string, args: readonly string[], manner: ContractsManner) => Promise<void>,
): void {
  program
    .command('contracts')
    .summary('write the contracts of a topology as JSON Schema')
    .description(description)
    .argument('<file>', 'the topology file, .ts or .js')
    .argument('[args...]', 'what its default function gets; options for it come after --')
    .option('-o, --out <folder>', 'write a file there for each channel, such as orders.schema.json')
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(handover contracts --help shows how it is used)')
    .addHelpText('after', help)
    .action(action);
}

const description = `Writes the contracts of the channels that a topology file makes, as JSON Schema: for stages in other
languages, which are built against them, or have their types generated from them. No stage is started.`;

const help = `
Without --out it prints one JSON object, which has a schema for each channel by its name.

Examples:
  handover contracts topology.ts --out schemas
                                         schemas/orders.schema.json, …
  handover contracts topology.ts | jq .orders
`;
