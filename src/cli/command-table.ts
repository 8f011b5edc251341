/** Every command's name, flags and example. Loading this loads no engine. */
import {
  gather,
  list,
  numberFrom,
  takeText,
  wholeNumber,
  wholeNumbers,
  type CommandDefinition,
  type OptionDefinition,
} from './command.ts';
import { highestTemperature, listPresets } from '../app/index.ts';
import { highestPort } from '../base/index.ts';
import { writtenPackings } from '../policy/index.ts';

const jsonOption: OptionDefinition = {
  flags: '--json',
  description: 'print the result as JSON',
};

/** Of commands in which the engine works. */
const engineOptions: readonly OptionDefinition[] = [
  {
    flags: '--threads <n>',
    description: "threads of the engine (default: this machine's cores)",
    parse: wholeNumber(1),
  },
  {
    flags: '--device <name>',
    description: 'what computes; the first line of a run says why (default: auto)',
    choices: ['auto', 'cpu', 'webgpu'],
  },
];

const seedOption: OptionDefinition = {
  flags: '--seed <n>',
  description: 'seed of everything that is drawn',
  parse: wholeNumber(0),
};

const pluginOption: OptionDefinition = {
  flags: '--plugin <file>',
  description:
    "your own file (.ts or .js) that exports a world, users, a judge or a reward, used in the world's place; may be repeated",
  parse: gather,
};

const configOptions: readonly OptionDefinition[] = [
  {
    flags: '--preset <name>',
    description: `settings to start from: ${listPresets().join(', ')}`,
  },
  { flags: '--config <file>', description: 'JSON file of settings, laid over the preset' },
  {
    flags: '--set <key=value>',
    description: 'one setting, ppo.clipEpsilon=0.1 say; may be repeated',
    parse: gather,
  },
  pluginOption,
  {
    flags: '--print-config',
    description: 'print every setting and where it came from, then stop',
  },
  ...engineOptions,
];

const personasOptions: readonly OptionDefinition[] = [
  {
    flags: '--personas <file>',
    description: 'personas as JSON Lines: free text, lists of items, or slots and values',
  },
  {
    flags: '--on-bad-row <what>',
    description: 'what to do with a row of it that cannot be read (default: error)',
    choices: ['error', 'skip'],
  },
];

const judgeOption: OptionDefinition = {
  flags: '--judge <kind>',
  description: 'who judges replies: the program, or models.judge',
  choices: ['program', 'model'],
};

const modelOptions: readonly OptionDefinition[] = [
  {
    flags: '--users <kind>',
    description: 'who finds the words of simulated users: rules, or models.user (free text only)',
    choices: ['rule', 'model'],
  },
  judgeOption,
];

const talkConfigOptions: readonly OptionDefinition[] = [
  pluginOption,
  { flags: '--config <file>', description: 'JSON file of settings, for models.* say' },
  {
    flags: '--set <key=value>',
    description: 'one setting, models.judge.model=NAME say; may be repeated',
    parse: gather,
  },
];

/** What a folder that somebody else may have made is allowed to ask for. */
const consentOptions: readonly OptionDefinition[] = [
  {
    flags: '--allow-server <server>',
    description:
      'let a run folder send to this server: ORIGIN, or ORIGIN=VARIABLE with the key in VARIABLE; may be repeated',
    parse: gather,
  },
  {
    flags: '--allow-cache <folder>',
    description: 'let a run folder keep replies in this folder outside of it; may be repeated',
    parse: gather,
  },
];

const readOption: OptionDefinition = {
  flags: '--allow-read <path>',
  description: 'let a run folder read this file or model folder outside of it; may be repeated',
  parse: gather,
};

/** Of commands that a person talks through. */
const upstreamOptions: readonly OptionDefinition[] = [
  {
    flags: '--upstream <url>',
    description:
      'an OpenAI-compatible server to pass chats on to, up to /v1; its key is read from RLPA_UPSTREAM_KEY',
    parse: takeText,
  },
  { flags: '--model <name>', description: 'model of the upstream server', parse: takeText },
  {
    flags: '--profile-by <how>',
    description:
      'reply: changes and reply in one output; after: the reply first, then the changes (default: reply)',
    choices: ['reply', 'after'],
  },
];

const policyOption: OptionDefinition = {
  flags: '--policy <name>',
  description:
    "a run directory, a model folder, a GGUF file, hf:OWNER/NAME[@REVISION], 'base', 'trained', or a model of an OpenAI-compatible server: https://host/v1#model (key: --set models.policy.apiKeyEnv=NAME)",
};

const turnsOption: OptionDefinition = {
  flags: '--turns <n>',
  description: 'turns of a conversation',
  parse: wholeNumber(1),
};

const talkOptions: readonly OptionDefinition[] = [
  turnsOption,
  {
    flags: '--temperature <t>',
    description: 'sampling temperature; 0 is greedy',
    parse: numberFrom(0, 10),
  },
];

export const commandTable: readonly CommandDefinition[] = [
  {
    name: 'demo',
    summary: 'train a small policy from start to end and show what it learnt',
    description:
      'Measures the base that comes with the package on people it never met, trains it,\n' +
      'measures again, and writes table, curves, transcripts and demo.json into a run directory.',
    options: [
      {
        flags: '--out <dir>',
        description: 'run directory (default: the first free of runs/demo, runs/demo-2, ...)',
      },
      { flags: '--resume', description: 'go on with a demo that was interrupted (needs --out)' },
      {
        flags: '--iterations <n>',
        description: 'training iterations',
        parse: wholeNumber(1),
      },
      {
        flags: '--people <n>',
        description: 'held-out people of each family to measure on',
        parse: wholeNumber(1),
      },
      seedOption,
      ...consentOptions,
      readOption,
      ...configOptions,
      jsonOption,
    ],
    savesOnStop: true,
    example: 'rlpa demo --iterations 1 --people 4 --set episodesPerIteration=16',
    load: async () => (await import('./commands/demo.ts')).runDemo,
  },
  {
    name: 'train',
    summary: 'train a policy in conversations with simulated users',
    description:
      'Writes metrics.jsonl, episodes/, checkpoints/ and at the end model/ into the run directory.\n' +
      'Where evaluation.beforeAndAfter is on (with --personas it is), held-out people are measured before\n' +
      'and after: summary.json.\n' +
      'Ctrl-C saves and stops; the same command with --resume goes on.',
    options: [
      { flags: '--out <dir>', description: 'run directory; must be new or empty' },
      { flags: '--resume', description: 'go on from the newest checkpoint in the run directory' },
      { flags: '--iterations <n>', description: 'training iterations', parse: wholeNumber(1) },
      {
        flags: '--checkpoint-every <n>',
        description: 'iterations between two checkpoints',
        parse: wholeNumber(1),
      },
      seedOption,
      {
        flags: '--dry-run',
        description: 'print the calls, tokens and money the run would take, then stop',
      },
      ...personasOptions,
      ...modelOptions,
      ...consentOptions,
      readOption,
      ...configOptions,
      jsonOption,
    ],
    savesOnStop: true,
    example: 'rlpa train --preset tiny --out runs/first',
    load: async () => (await import('./commands/train.ts')).runTrain,
  },
  {
    name: 'compare',
    summary: 'train several ways on several seeds and compare them',
    description:
      'Takes a comparison that comes with the package (algorithms, baselines, families,\n' +
      'looking-ahead, two-rewards) or a JSON file of that form, trains every arm with every seed\n' +
      'on the same budget of sampled tokens, measures all on the same held-out people, and writes\n' +
      'comparison.json. What is finished is read back, so the same command goes on where it was\n' +
      'interrupted.',
    arguments: [{ name: '<comparison>', description: 'one of these names, or a JSON file' }],
    options: [
      { flags: '--out <dir>', description: 'directory of all its runs' },
      { flags: '--arms <names>', description: 'only these arms: ppo,dpo say', parse: list },
      { flags: '--seeds <numbers>', description: 'seeds (default: 1,2,3)', parse: wholeNumbers },
      ...configOptions.filter(({ flags }) => flags !== '--print-config'),
      jsonOption,
    ],
    savesOnStop: true,
    example:
      'rlpa compare algorithms --arms base,ppo --seeds 1 --out runs/arms --set iterations=1 --set episodesPerIteration=8 --set evaluation.users=4 --set turns=3',
    load: async () => (await import('./commands/compare.ts')).runCompare,
  },
  {
    name: 'eval',
    summary: 'measure a policy on people it never met',
    description:
      'world: holds conversations with held-out users of the trained and of the untrained family and\n' +
      'prints profile F1, alignment and format rate by turn. persona-chat: facts that are noted of\n' +
      'messages of Synthetic-Persona-Chat. prefeval: whether a stated preference is used. retention: what\n' +
      'an adapter kept of its base. talks: what is known at the end of twenty written conversations.',
    arguments: [
      {
        name: '<suite>',
        description: 'what to measure',
        choices: ['world', 'persona-chat', 'prefeval', 'retention', 'talks'],
      },
    ],
    options: [
      { ...policyOption, isRequired: true },
      {
        flags: '--data <file>',
        description: 'texts of persona-chat, prefeval or retention, as JSON Lines',
      },
      {
        flags: '--items <n>',
        description: 'how many of them (default: 150 messages, 80 preferences, 40 chats, 20 talks)',
        parse: wholeNumber(1),
      },
      {
        flags: '--filler <numbers>',
        description: 'messages between preference and question: 0,10,40 (default: 0)',
        parse: wholeNumbers,
      },
      { flags: '--transcripts <file>', description: 'keeps the conversations of talks as text' },
      {
        flags: '--people <n>',
        description: 'held-out people of each family (default: evaluation.users)',
        parse: wholeNumber(1),
      },
      {
        flags: '--family <name>',
        description: 'untrained family to measure on (default: the first that was never met)',
      },
      {
        flags: '--decoding <how>',
        description:
          'greedy, sampled, or the better of both by alignment (default: evaluation.decoding, with --temperature sampled)',
        choices: ['greedy', 'sampled', 'better'],
      },
      ...talkOptions,
      seedOption,
      ...personasOptions,
      ...modelOptions,
      ...consentOptions,
      readOption,
      ...talkConfigOptions,
      ...engineOptions,
      jsonOption,
    ],
    example: 'rlpa eval world --policy base --people 16',
    load: async () => (await import('./commands/eval.ts')).runEval,
  },
  {
    name: 'floors',
    summary: 'measure what scripts get from the people a policy is measured on',
    description:
      'Prints what each script of the world gets, from one that remembers nothing to one that is\n' +
      'told the truth, on the people, turns and seed of rlpa eval: the scale of every figure there.',
    options: [
      {
        ...policyOption,
        description: `whose world and people to take: ${policyOption.description}`,
      },
      {
        flags: '--people <n>',
        description: 'held-out people of each family (default: evaluation.users)',
        parse: wholeNumber(1),
      },
      turnsOption,
      seedOption,
      ...personasOptions,
      ...modelOptions,
      ...consentOptions,
      ...talkConfigOptions,
      jsonOption,
    ],
    example: 'rlpa floors --people 16 --turns 12',
    load: async () => (await import('./commands/floors.ts')).runFloors,
  },
  {
    name: 'report',
    summary: 'a run or a comparison as one HTML page',
    description:
      'Writes report.html into the run directory: whether training worked, every curve, and the\n' +
      'conversations turn by turn with the profile before and after. With --serve, the same page\n' +
      'follows a run that is going on. Of a comparison: what came out, every arm with its interval,\n' +
      'curves by turn, and what was trained on by what was measured on.',
    arguments: [{ name: '<run>', description: 'directory of a run or of a comparison' }],
    options: [
      { flags: '--out <file>', description: 'file to write (default: report.html in the run)' },
      { flags: '--serve', description: 'serve it until Ctrl-C instead of writing it' },
      {
        flags: '--port <n>',
        description: 'port to serve at; 0 for any free one (default: 4747)',
        parse: wholeNumber(0, highestPort),
      },
      { flags: '--host <name>', description: 'address to serve at (default: 127.0.0.1)' },
      jsonOption,
    ],
    example: 'rlpa report runs/first',
    load: async () => (await import('./commands/report.ts')).runReport,
  },
  {
    name: 'simulate',
    summary: 'hold conversations with simulated users and print them',
    description:
      'Prints transcripts, or with --json one episode a line: messages, profiles, disclosures,\n' +
      'every part of the rewards.',
    options: [
      policyOption,
      { flags: '--episodes <n>', description: 'conversations (default: 1)', parse: wholeNumber(1) },
      { flags: '--family <name>', description: "family of users (default: the world's first)" },
      ...talkOptions,
      seedOption,
      ...personasOptions,
      ...modelOptions,
      ...consentOptions,
      readOption,
      ...talkConfigOptions,
      ...engineOptions,
      jsonOption,
    ],
    example: 'rlpa simulate --policy base --turns 4 --episodes 1',
    load: async () => (await import('./commands/simulate.ts')).runSimulate,
  },
  {
    name: 'rescore',
    summary: 'judge the saved conversations of a run anew',
    description:
      'Reads RUN/episodes/, judges every reply with another judge, matcher (--set world.matching.kind)\n' +
      'or profile reward, and writes the episodes with their new verdicts and rescore.json to --out.\n' +
      'Holds no conversation and changes nothing in the run.',
    arguments: [{ name: '<run>', description: 'directory of a training run' }],
    options: [
      { flags: '--out <dir>', description: 'directory to write; must be new or empty' },
      { flags: '--resume', description: 'go on in --out: files that are there are kept' },
      judgeOption,
      { flags: '--profile-reward <name>', description: 'profile reward to pay instead' },
      ...consentOptions,
      ...talkConfigOptions,
      jsonOption,
    ],
    savesOnStop: true,
    example: 'rlpa rescore runs/first --profile-reward f1_disclosed --out runs/first-rescored',
    load: async () => (await import('./commands/rescore.ts')).runRescore,
  },
  {
    name: 'chat',
    summary: 'talk to a model and see the profile it keeps of you',
    description:
      'Shows the reply as it comes and, after it, what was noted, with your words that it rests on.\n' +
      '/profile shows all of it, /why ENTRY where an entry comes from, /correct SLOT VALUE sets one right,\n' +
      '/forget ENTRY or /forget all erases, /new starts another conversation, /quit leaves.',
    options: [
      {
        ...policyOption,
        description:
          "a run directory, a model folder, a GGUF file, hf:OWNER/NAME[@REVISION], 'base' or 'trained' (default: trained)",
      },
      ...upstreamOptions,
      {
        flags: '--store <place>',
        description:
          'file of the profiles, or postgres://…, shared with serve (default: in memory, gone with the chat)',
        parse: takeText,
      },
      { flags: '--user <id>', description: 'whose profile (default: me)', parse: takeText },
      {
        flags: '--temperature <t>',
        description: 'sampling temperature; 0 is greedy (default: 0.5)',
        parse: numberFrom(0, highestTemperature),
      },
      seedOption,
      ...talkConfigOptions,
      ...engineOptions,
    ],
    example: 'echo "hello there" | rlpa chat --policy base',
    load: async () => (await import('./commands/chat.ts')).runChat,
  },
  {
    name: 'serve',
    summary: 'answer chats over HTTP and keep a profile of each person',
    description:
      "In the shape of OpenAI's API, with a profile of each person that they can see, correct and\n" +
      'erase. The model is a policy of this package, or any OpenAI-compatible server (--upstream).\n' +
      'The first line says where it is: a page to chat with, and the API. Ctrl-C finishes what is being written, and stops.',
    options: [
      {
        ...policyOption,
        flags: '--policy <dir|name>',
        description:
          "a run directory, a model folder, 'base' or 'trained' (default: the newest demo in --runs, else trained)",
      },
      ...upstreamOptions,
      {
        flags: '--store <place>',
        description:
          'file of the profiles, or postgres://…; none for no memory (default: rlpa-profiles.db)',
        parse: takeText,
      },
      {
        flags: '--runs <dir>',
        description: 'folder of training runs that the page lists (default: runs)',
        parse: takeText,
      },
      { flags: '--open', description: 'open the page in a browser' },
      { flags: '--host <name>', description: 'address to serve at (default: 127.0.0.1)' },
      {
        flags: '--port <n>',
        description: 'port to serve at; 0 for any free one (default: 4748)',
        parse: wholeNumber(0, highestPort),
      },
      {
        flags: '--keys <file>',
        description: 'API keys with their scopes; RLPA_API_KEY sets one key that may do everything',
        parse: takeText,
      },
      {
        flags: '--cors <origin>',
        description: 'let pages of this origin ask; may be repeated',
        parse: gather,
      },
      {
        flags: '--temperature <t>',
        description: 'sampling temperature where a request names none; 0 is greedy (default: 0.5)',
        parse: numberFrom(0, highestTemperature),
      },
      ...talkConfigOptions,
      ...engineOptions,
    ],
    example: 'rlpa serve --port 0',
    load: async () => (await import('./commands/serve.ts')).runServe,
  },
  {
    name: 'mcp',
    summary: "one person's profile as tools for an MCP host, over standard input and output",
    description:
      'search_profile, get_profile and propose_change on a store of profiles. A host starts it. Slots are\n' +
      'those of a person (home, work, likes ...), as with an upstream; for those of a policy ask /mcp of\n' +
      'its rlpa serve.',
    options: [
      {
        flags: '--store <place>',
        description: 'file of the profiles, or postgres://… (default: rlpa-profiles.db)',
        parse: takeText,
      },
      { flags: '--user <id>', description: 'whose profile (default: me)', parse: takeText },
    ],
    example:
      'echo \'{"jsonrpc": "2.0", "id": 1, "method": "ping"}\' | rlpa mcp --store profiles.db',
    load: async () => (await import('./commands/mcp.ts')).runMcp,
  },
  {
    name: 'score',
    summary: 'log-probabilities of given token ids under a model',
    description:
      'Reads {"input_ids": [[...]], "lengths": [...]} and gives {"token_logprobs": [[...]],\n' +
      '"mean_nll": ...}: natural log, from position 1 on. Checks a converted model from outside.',
    options: [
      {
        flags: '--model <name>',
        description: 'model folder, GGUF file, or hf:OWNER/NAME[@REVISION]',
        isRequired: true,
      },
      { flags: '--adapter <dir>', description: 'PEFT adapter folder' },
      { flags: '--ids <file>', description: 'JSON file of token ids', isRequired: true },
      ...engineOptions,
      jsonOption,
    ],
    example:
      'echo \'{"input_ids": [[1, 2, 3]]}\' > ids.json && rlpa score --model runs/first/model --ids ids.json --json',
    load: async () => (await import('./commands/score.ts')).runScore,
  },
  {
    name: 'warm-start',
    summary: 'build a base checkpoint from demonstrations',
    description:
      'Trains a new small model on demonstrations of a mediocre assistant. This is how the\n' +
      'checkpoint that comes with the package was made.',
    options: [
      { flags: '--out <dir>', description: 'model folder to write; must be new or empty' },
      { flags: '--resume', description: 'go on with a warm start that was stopped' },
      seedOption,
      ...personasOptions,
      ...configOptions,
      jsonOption,
    ],
    savesOnStop: true,
    example: 'rlpa warm-start --preset tiny --out runs/tiny-base',
    load: async () => (await import('./commands/warm-start.ts')).runWarmStartCommand,
  },
  {
    name: 'models',
    summary: 'models of a hub in the cache, and models for other programs',
    description:
      'list shows the cache that tools of the Hugging Face hub share; pull downloads a model or what\n' +
      'is new of it, after saying its size and licence; remove takes one away. export writes a run, a\n' +
      'folder or any other model, its adapter worked in, as a folder or as a GGUF file for llama.cpp\n' +
      'and Ollama.',
    arguments: [
      {
        name: '<action>',
        description: 'what to do',
        choices: ['list', 'pull', 'remove', 'export'],
      },
      {
        name: '[model]',
        description: 'hf:OWNER/NAME[@REVISION][:FILE.gguf]; of export, any model',
      },
    ],
    options: [
      { flags: '--dry-run', description: 'pull: say what would be downloaded, then stop' },
      { flags: '--out <path>', description: 'export: a new FILE.gguf, or a new folder' },
      {
        flags: '--packing <type>',
        description: 'export: how numbers of a GGUF file are packed (default: F16)',
        choices: writtenPackings,
      },
      jsonOption,
    ],
    example: 'rlpa models export base --out base-copy',
    load: async () => (await import('./commands/models.ts')).runModels,
  },
  {
    name: 'doctor',
    summary: 'check that this machine can run the engine',
    description:
      'Checks Node, the native runtime, memory, and the checkpoints of the package and their hashes.',
    options: [jsonOption],
    example: 'rlpa doctor',
    load: async () => (await import('./commands/doctor.ts')).runDoctor,
  },
];
